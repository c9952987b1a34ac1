/* The return that would leak is in #if 0, and the text there is not even C. */
int do_zero(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

#if 0
	return 0; /* before we leave: exception_exit(prev) { { */
	doesn't end here
#endif
	handle_zero(regs);
	exception_exit(prev);
	return 1;
}
