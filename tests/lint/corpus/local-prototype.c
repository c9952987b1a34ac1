/* Prototypes inside the function are no calls. */
void do_with_prototypes(struct pt_regs *regs)
{
	extern enum ctx_state exception_enter(void);
	extern void exception_exit(enum ctx_state prev);
	enum ctx_state prev = exception_enter();

	force_sig(SIGILL);
	exception_exit(prev);
}
