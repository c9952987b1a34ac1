int do_trap(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

	if (emulated(regs))
		goto done;
	if (!user_mode(regs))
		goto fail;
	handle(regs);
done:
	exception_exit(prev);
	return 0;

fail:
	exception_exit(prev);
	return -EFAULT;
}
