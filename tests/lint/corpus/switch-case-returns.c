/* One case of a switch returns where the others break to the exit. */
void do_trap_insn(struct pt_regs *regs, int code)
{
	enum ctx_state prev = exception_enter();

	switch (code) {
	case 6:
		send_fpe(regs, FPE_INTOVF);
		break;
	case 7:
		send_fpe(regs, FPE_INTDIV);
		break;
	case 12:
		if (fixup_bug(regs))
			return; /* WANT exception-exit-missing */
		break;
	default:
		force_sig(SIGTRAP);
	}

	exception_exit(prev);
}
