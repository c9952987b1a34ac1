/* One path ends in panic() and the others exit. */
void do_nmi_like(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

	if (!handle_parity(regs)) {
		show_regs(regs);
		panic("parity");
	}
	exception_exit(prev);
}
