/* Both arms of ?: are an end: one exits, the other does not return. */
void do_ternary(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();
	int ret = handle_ternary(regs);

	ret == 0 ? exception_exit(prev) : panic("lost");
}
