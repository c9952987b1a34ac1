/* A helper that calls a helper is one as well, at both ends. */
static inline enum ctx_state enter_quietly(void)
{
	return exception_enter();
}

static inline enum ctx_state enter_loudly(struct pt_regs *regs)
{
	count_trap(regs);
	return enter_quietly();
}

static inline void leave_loudly(enum ctx_state was, struct pt_regs *regs)
{
	exception_exit(was);
	count_trap(regs);
}

int do_loud(struct pt_regs *regs)
{
	enum ctx_state was = enter_loudly(regs);
	int ret = handle_loud(regs);

	leave_loudly(was, regs);
	return ret;
}
