/* Every error goes to the label in front of the one exit. */
int do_goto_out(struct pt_regs *regs, unsigned long address)
{
	enum ctx_state prev = exception_enter();
	int ret;

	ret = check_address(regs, address);
	if (ret)
		goto out;
	ret = load_page(regs, address);
	if (ret < 0)
		goto fail;
	goto out;
fail:
	force_sig(SIGBUS);
out:
	exception_exit(prev);
	return ret;
}
