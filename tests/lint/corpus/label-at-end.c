/* A label stands right before the closing brace, and every goto to it has an exit before it. */
void do_end_label(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

	if (fast_path(regs)) {
		exception_exit(prev);
		goto out;
	}
	slow_path(regs);
	exception_exit(prev);
out:
	;
}
