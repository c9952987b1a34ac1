void do_trap(struct pt_regs *regs)
{
	struct list_head *each = &traps;

	while (each->prev != &traps)
		each = each->prev;
	regs->link.prev = each;
}
