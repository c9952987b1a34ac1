/* A string opens what looks like a comment, and a character what looks like a string. */
void do_quoting(struct pt_regs *regs, char c)
{
	enum ctx_state prev = exception_enter();

	if (c == '"' || c == '\'' || c == '/') {
		emit(regs, "/*");
		exception_exit(prev);
		emit(regs, "*/ \" // \\");
		return;
	}
	emit(regs, "//"); exception_exit(prev); emit(regs, "");
}
