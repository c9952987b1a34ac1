void do_trap(struct pt_regs *regs)
{
	struct list_head *each = &traps;
	enum ctx_state prev;

	prev = exception_enter();
	while (each->prev != &traps)
		each = each->prev;
	regs->link.prev = each;
	exception_exit(prev);
}
