/* What is left of a comma is dropped, although the whole is assigned. */
void do_breakpoint(struct pt_regs *regs)
{
	unsigned long code;

	code = (exception_enter(), read_code(regs)); /* WANT exception-enter-unsaved */
	report_break(regs, code);
}
