/* The task is switched after user_enter(). */
asmlinkage void resume_user(struct pt_regs *regs)
{
	user_enter();
	while (test_resched(regs)) {
		schedule(); /* WANT schedule-in-user-state */
		check_stack(regs);
	}
}
