package db

import "context"

type beginKey struct{}

// OnBegin returns a context under which fn runs as the first act of every
// transaction, before the use case's own. What it writes commits or is rolled
// back with the rest; its error ends the transaction. A nil fn takes away the
// one of ctx.
func OnBegin(ctx context.Context, fn func(ctx context.Context, tx *Tx) error) context.Context {
	return context.WithValue(ctx, beginKey{}, fn)
}

func begun(ctx context.Context, tx *Tx) error {
	if fn, ok := ctx.Value(beginKey{}).(func(context.Context, *Tx) error); ok && fn != nil {
		return fn(ctx, tx)
	}
	return nil
}
