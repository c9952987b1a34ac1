/* The loop enters each time round, and one exit follows the loop. */
void walk_frames(struct pt_regs *regs)
{
	enum ctx_state prev;

	do {
		prev = exception_enter(); /* WANT exception-exit-unpaired */
		show_frame(regs);
	} while (next_frame(regs));
	exception_exit(prev);
}
