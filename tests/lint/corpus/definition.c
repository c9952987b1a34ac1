/* The pair itself is defined here, which is no use of it. */
enum ctx_state exception_enter(void)
{
	enum ctx_state prev = read_state();

	if (prev != CT_STATE_KERNEL)
		leave_state(prev);
	return prev;
}

void exception_exit(enum ctx_state prev)
{
	if (prev != CT_STATE_KERNEL)
		enter_state(prev);
}
