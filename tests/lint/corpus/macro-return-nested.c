/* The return is in a macro that another macro uses. */
#define LEAVE(value)		return value
#define CHECK(question)				\
	do {					\
		if (!(question))		\
			LEAVE(-EINVAL);		\
	} while (0)

int do_nested_macro(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

	CHECK(user_mode(regs)); /* WANT exception-exit-missing */
	force_sig(SIGTRAP);
	exception_exit(prev);
	return 0;
}
