/* A file with CRLF line ends that is right, with a splice and a macro over two lines. */
#define LEAVE(prev)		\
	exception_exit(prev)

void do_crlf(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

	if (user_mode(regs) && \
	    skip_crlf(regs)) {
		LEAVE(prev);
		return;
	}
	LEAVE(prev);
}
