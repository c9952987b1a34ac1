/* A function in the old K&R style that exits on each way. */
int do_old_style(regs, address)
	struct pt_regs *regs;
	unsigned long address;
{
	enum ctx_state prev = exception_enter();

	if (address & 3) {
		exception_exit(prev);
		return -1;
	}
	fix_alignment(regs, address);
	exception_exit(prev);
	return 0;
}
