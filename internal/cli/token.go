package cli

import (
	"fmt"

	"github.com/eslabon/eslabon/internal/account"
	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/org"
)

type tokenCmd struct {
	Email string `arg:"" help:"cli.user_email"`
	Name  string `help:"cli.token_name" default:"cli" placeholder:"NAME"`
	Read  bool   `help:"cli.token_read"`
	Days  int    `help:"cli.token_days" default:"90" placeholder:"N"`
	Whose
}

// Run satisfies kong. The secret alone goes to the standard output, so that a
// script can keep it.
func (c *tokenCmd) Run(e env) error {
	return c.in(e, func(o office) error {
		p, err := o.find(c.Email)
		if err != nil {
			return err
		}
		a, err := org.Actor(o.ctx, o.db, o.c.ID, p.ID)
		if err != nil {
			return err
		}
		in := account.Issue{Name: c.Name, Days: c.Days}
		if c.Read {
			in.Scope = authz.Read
		}
		_, secret, err := account.New(o.db).Issue(o.ctx, a, in)
		if err != nil {
			return named{err, map[string]string{"name": "--name", "days": "--days"}}
		}
		_, err = fmt.Fprintln(o.out, secret)
		return err
	})
}
