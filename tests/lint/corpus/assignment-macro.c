/* A macro that names neither end assigns the state that it is given. */
#define SAVE(variable, value)	((variable) = (value))

void do_assigning(struct pt_regs *regs)
{
	enum ctx_state prev;

	SAVE(prev, exception_enter());
	force_sig(SIGILL);
	exception_exit(prev);
}
