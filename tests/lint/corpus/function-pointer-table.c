/* The pair is named in a table and compared, but never called. */
struct tracking_ops {
	enum ctx_state (*enter)(void);
	void (*exit)(enum ctx_state state);
};

static const struct tracking_ops onstack_ops = {
	.enter	= exception_enter,
	.exit	= exception_exit,
};

bool is_onstack(const struct tracking_ops *ops)
{
	if (ops == &onstack_ops)
		return true;
	return ops->exit == exception_exit;
}
