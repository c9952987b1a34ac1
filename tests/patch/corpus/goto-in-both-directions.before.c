asmlinkage void do_break(struct pt_regs *regs)
{
	enum ctx_state prev;
	u32 code;

	prev = exception_enter();
	if (read_code(regs, &code))
		goto out_sigsegv;

	switch (code) {
	case 1:
		if (notify(regs) == NOTIFY_STOP)
			goto out;
		else
			break;
	default:
		break;
	}

	handle(regs, code);

out:
	exception_exit(prev);
	return;

out_sigsegv:
	force_sig(SIGSEGV);
	goto out;
}
