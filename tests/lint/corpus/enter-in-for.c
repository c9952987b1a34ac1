/* The enter is the first part of a for and the exit follows the loop. */
void do_spill_all(struct pt_regs *regs)
{
	enum ctx_state prev;
	int i;

	for (i = 0, prev = exception_enter(); i < 8; i++)
		spill_one(regs, i);
	exception_exit(prev);
}
