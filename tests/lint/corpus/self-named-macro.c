/* A macro expands to itself, which says that the name exists and is no other function. */
enum ctx_state exception_enter(void);
#define exception_enter	exception_enter
void exception_exit(enum ctx_state prev);
#define exception_exit(prev)	exception_exit(prev)

void do_self_named(struct pt_regs *regs)
{
	enum ctx_state was = exception_enter();

	force_sig(SIGILL);
	exception_exit(was);
}
