asmlinkage void do_break(struct pt_regs *regs)
{
	u32 code;

	if (read_code(regs, &code))
		goto out_sigsegv;

	switch (code) {
	case 1:
		if (notify(regs) == NOTIFY_STOP)
			return;
		else
			break;
	default:
		break;
	}

	handle(regs, code);
	return;

out_sigsegv:
	force_sig(SIGSEGV);
}
