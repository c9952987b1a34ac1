/* A macro makes strings and other names of what it is given, and calls nothing of the pair. */
#define NAME_OF(f)		#f
#define LOG_OF(regs, f)		log_##f(regs)

void do_named(struct pt_regs *regs)
{
	note(NAME_OF(exception_enter()));
	if (!user_mode(regs))
		return;
	LOG_OF(regs, exception_exit);
	note("after " NAME_OF(exception_exit(prev)));
}
