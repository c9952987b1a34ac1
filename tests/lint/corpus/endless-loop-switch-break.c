/* The break in the endless loop leaves the switch only, and the one way out has an exit. */
int do_command_loop(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

	while (1) {
		switch (read_command(regs)) {
		case 'c':
			exception_exit(prev);
			return 0;
		case 's':
			step(regs);
			break;
		default:
			break;
		}
	}
}
