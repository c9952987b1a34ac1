enum ctx_state begin_trap(void)
{
	return exception_enter(); /* REFUSED the result of exception_enter() is returned */
}
