/* In a loop schedule() stands before user_enter() and after it, but always between an exit and the next enter. */
void run_until_idle(struct pt_regs *regs)
{
	do {
		user_exit();
		run_one(regs);
		schedule();
		user_enter();
	} while (more_to_run(regs));
}
