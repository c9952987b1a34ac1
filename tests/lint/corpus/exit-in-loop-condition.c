/* The loop enters in its body and exits in its condition, so each round has a whole pair. */
void do_each_round(struct pt_regs *regs)
{
	enum ctx_state prev;

	do {
		prev = exception_enter();
		if (trap_is_spurious(regs))
			continue;
		retire_one(regs);
	} while (exception_exit(prev), trap_pending(regs));
}
