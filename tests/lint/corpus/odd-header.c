/* The function returns a pointer to a function, so its name stands inside its declarator. */
int (*pick_handler(struct pt_regs *regs))(struct pt_regs *)
{
	enum ctx_state prev = exception_enter();
	int (*handler)(struct pt_regs *) = first_handler;

	if (user_mode(regs)) {
		exception_exit(prev);
		return handler;
	}
	exception_exit(prev);
	return second_handler;
}
