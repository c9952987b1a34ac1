/* A goto hides in a macro and jumps past the exit. */
#define get_or(label, word, from)			\
	do {						\
		if (copy_word(&(word), (from)))		\
			goto label;			\
	} while (0)

int do_read_insn(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();
	unsigned long insn;

	get_or(fault, insn, regs->pc);
	run_insn(regs, insn);
	exception_exit(prev);
	return 0;
fault:
	return -EFAULT; /* WANT exception-exit-missing */
}
