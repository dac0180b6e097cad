// Package once lets a program ask again after a lost answer: under a key of
// its own choice, what it asks is done at most once, and it gets the first
// answer again.
package once

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"
	"unicode"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/id"
)

const (
	mostKey    = 200
	mostAnswer = 256 << 10 // bytes; a longer one is not kept
	keep       = 24 * time.Hour
	answering  = time.Minute // after that an answer will not come any more
)

// Answer is what the first request was told.
type Answer struct {
	Status int
	Body   string
}

// claim is the right of one request to write under its key.
type claim struct {
	id    string
	taken atomic.Bool // a transaction has begun with it
}

type claimKey struct{}

// Begin returns the answer that was given under the key before, or a context
// for the use cases of this request: the key is written first in their
// transactions, so it is used up if and only if one of them commits. request
// is a digest of what is asked. Conflict if the key stands for another
// request, or for one that is still being answered, or whose answer was lost.
func Begin(ctx context.Context, d *db.DB, a authz.Actor, key, request string) (context.Context, *Answer, error) {
	if err := check(key); err != nil {
		return ctx, nil, err
	}
	was, err := get(ctx, d, a, key)
	if err == nil {
		if err := was.repeats(request, d.Now()); err != nil {
			return ctx, nil, err
		}
		return ctx, &was.Answer, nil
	}
	if !errors.Is(err, db.ErrNotFound) {
		return ctx, nil, err
	}
	c := &claim{id: id.New[string]()}
	ctx = context.WithValue(ctx, claimKey{}, c)
	return db.OnBegin(ctx, func(ctx context.Context, tx *db.Tx) error {
		if tx.Company != a.Company {
			return nil
		}
		c.taken.Store(true)
		ours, err := take(ctx, tx, a, key, request, c.id)
		if err == nil && !ours {
			err = errs.New(errs.Conflict, "once.err.again")
		}
		return err
	}), nil, nil
}

func check(key string) error {
	bad := errs.Bad{}
	bad.Required("idempotency_key", key)
	bad.Add(len(key) <= mostKey, "idempotency_key", "err.too_long")
	for _, r := range key {
		bad.Add(r <= unicode.MaxASCII && unicode.IsPrint(r), "idempotency_key", "once.err.key")
	}
	return bad.Err()
}

// End keeps the answer of a request that Begin let through, if it changed
// something; else the key stays free. ctx is the one that Begin returned.
func End(ctx context.Context, d *db.DB, a authz.Actor, key string, status int, body string) error {
	c, ok := ctx.Value(claimKey{}).(*claim)
	if !ok {
		return fmt.Errorf("keep answer of %q: its request never began", key)
	}
	if !c.taken.Load() || len(body) > mostAnswer {
		return nil
	}
	ctx = db.OnBegin(context.WithoutCancel(ctx), nil) // the answer counts even if nobody waits for it
	return d.InTx(ctx, a.Company, func(tx *db.Tx) error {
		return put(ctx, tx, a, key, c.id, Answer{Status: status, Body: body})
	})
}

// Sweep forgets the keys of a day ago and before, of every company.
func Sweep(ctx context.Context, d *db.DB) error {
	const few = 500
	companies, err := used(ctx, d, d.Now().Add(-keep))
	for _, c := range companies {
		for n := int64(few); n == few && err == nil; {
			err = d.InTx(ctx, c, func(tx *db.Tx) (err error) {
				n, err = forget(ctx, tx, db.At(tx.Now.Add(-keep)), few)
				return err
			})
		}
	}
	return err
}
