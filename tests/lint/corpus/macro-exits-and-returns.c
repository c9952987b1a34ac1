/* The macro that hides a return exits first. */
#define RETURN_EXITED(prev, value)	\
	do {				\
		exception_exit(prev);	\
		return (value);		\
	} while (0)

int do_returning(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

	if (!user_mode(regs))
		RETURN_EXITED(prev, -1);
	force_sig(SIGTRAP);
	RETURN_EXITED(prev, 0);
}
