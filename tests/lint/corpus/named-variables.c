/* Variables, a field, a label and a parameter have the names of the pair. */
struct verifier { bool exception_exit; int exception_enter; };

int check_insn(struct verifier *v, int insn, bool exception_exit)
{
	int exception_enter = insn & 7;

	if (exception_exit)
		goto exception_exit;
	if (v->exception_exit && v->exception_enter == exception_enter)
		return exception_enter;
	v->exception_exit = exception_exit;
	return 0;

exception_exit:
	return -EINVAL;
}
