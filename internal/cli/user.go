package cli

import (
	"context"
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/eslabon/eslabon/internal/account"
	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/org"
	"github.com/eslabon/eslabon/internal/setting"
)

// Whose picks a company where there are several.
type Whose struct {
	Company int64 `help:"cli.company" env:"ESLABON_COMPANY" placeholder:"N"`
	Storage
}

// office is an open company, and who acts in it.
type office struct {
	env
	db *db.DB
	c  setting.Company
	by authz.Actor
}

// in opens the company that the flags mean, and runs fn in it with the right
// of an owner: who can read the data file can do anything with it. What is done
// is on record under the name of that owner.
func (w Whose) in(e env, fn func(o office) error) error {
	d, end, err := e.open(w.Storage)
	if err != nil {
		return err
	}
	defer end()
	c, err := w.company(e.ctx, d)
	if err != nil {
		return err
	}
	by, err := operator(e.ctx, d, c.ID)
	if err != nil {
		return err
	}
	return fn(office{e, d, c, by})
}

// company returns the one company that the flags mean.
func (w Whose) company(ctx context.Context, d *db.DB) (setting.Company, error) {
	all, err := setting.All(ctx, d)
	if err != nil {
		return setting.Company{}, err
	}
	var list strings.Builder
	for _, c := range all {
		if int64(c.ID) == w.Company || w.Company == 0 && len(all) == 1 {
			return c, nil
		}
		fmt.Fprintf(&list, "\n  %d  %s", c.ID, c.Name)
	}
	key := "cli.err_no_such_company"
	switch {
	case len(all) == 0:
		key = "cli.err_no_company"
	case w.Company == 0:
		key = "cli.err_which_company"
	}
	return setting.Company{}, errs.With(errs.Invalid, key, errs.Args{"Number": w.Company, "List": list.String()})
}

func operator(ctx context.Context, d *db.DB, c id.Company) (authz.Actor, error) {
	people, err := org.LoadPeople(ctx, d, c)
	if err != nil {
		return authz.Actor{}, err
	}
	for _, p := range people {
		if p.Owner && p.Active {
			return org.Actor(ctx, d, c, p.ID)
		}
	}
	return authz.Actor{}, errs.New(errs.NotFound, "cli.err_no_owner")
}

// find returns the person with an e-mail address.
func (o office) find(email string) (org.Person, error) {
	people, err := org.LoadPeople(o.ctx, o.db, o.c.ID)
	if err != nil {
		return org.Person{}, err
	}
	for _, p := range people {
		if p.Email == org.CleanEmail(email) && p.Email != "" {
			return p, nil
		}
	}
	return org.Person{}, errs.With(errs.NotFound, "cli.err_no_person", errs.Args{"Email": email, "Company": o.c.Name})
}

type userCmd struct {
	List   userListCmd   `cmd:"" help:"cli.user_list"`
	Add    userAddCmd    `cmd:"" help:"cli.user_add"`
	Invite userInviteCmd `cmd:"" help:"cli.user_invite"`
	Reset  userResetCmd  `cmd:"" help:"cli.user_reset"`
	Out    userOutCmd    `cmd:"" help:"cli.user_out"`
}

// Reached says at which address people reach us, for links.
type Reached struct {
	BaseURL string `help:"cli.base_url" env:"ESLABON_BASE_URL" placeholder:"URL"`
}

// link says a link whole, if the address is known; else its path.
func (r Reached) link(ctx context.Context, path string) (string, error) {
	if r.BaseURL == "" {
		return i18n.T(ctx, "cli.path_only", i18n.Args{"Path": path}), nil
	}
	base, err := checkURL(r.BaseURL)
	return base + path, err
}

type userListCmd struct{ Whose }

// Run satisfies kong.
func (c *userListCmd) Run(e env) error {
	return c.in(e, func(o office) error {
		people, err := org.LoadPeople(o.ctx, o.db, o.c.ID)
		if err != nil {
			return err
		}
		access, err := account.New(o.db).Accesses(o.ctx, o.by)
		if err != nil {
			return err
		}
		w := tabwriter.NewWriter(o.out, 0, 0, 2, ' ', 0)
		for _, p := range people {
			key := map[account.Access]string{account.SeatedAccess: "cli.enters", account.InvitedAccess: "cli.is_invited"}[access[p.ID]]
			switch {
			case !p.Active:
				key = "cli.left"
			case key == "":
				key = "cli.does_not_enter"
			case p.Owner:
				key = "cli.owner"
			}
			fmt.Fprintf(w, "%s\t%s\t%s\n", p.Name, p.Email, i18n.T(o.ctx, key))
		}
		return w.Flush()
	})
}

type userAddCmd struct {
	Name  string `arg:"" help:"cli.user_name"`
	Email string `arg:"" help:"cli.user_email"`
	Owner bool   `help:"cli.user_owner"`
	Reached
	Whose
}

// Run satisfies kong.
func (c *userAddCmd) Run(e env) error {
	return c.in(e, func(o office) error {
		lang := o.lang
		if lang == "" {
			lang = o.c.Lang
		}
		p, err := org.New(o.db).AddPerson(o.ctx, o.by, org.Person{Name: c.Name, Email: c.Email, Owner: c.Owner, Lang: lang})
		if err != nil {
			return named{err, map[string]string{"name": "NAME", "email": "EMAIL", "lang": "--lang"}}
		}
		return o.invite(c.Reached, p)
	})
}

func (o office) invite(r Reached, p org.Person) error {
	secret, err := account.New(o.db).Invite(o.ctx, o.by, p.ID)
	if err != nil {
		return err
	}
	link, err := r.link(o.ctx, "/invitacion/"+secret)
	if err != nil {
		return err
	}
	o.say("cli.invited", i18n.Args{"Name": p.Name, "Link": link})
	return nil
}

type userInviteCmd struct {
	Email string `arg:"" help:"cli.user_email"`
	Reached
	Whose
}

// Run satisfies kong.
func (c *userInviteCmd) Run(e env) error {
	return c.in(e, func(o office) error {
		p, err := o.find(c.Email)
		if err != nil {
			return err
		}
		return o.invite(c.Reached, p)
	})
}

type userResetCmd struct {
	Email string `arg:"" help:"cli.user_email"`
	Reached
	Storage
}

// Run satisfies kong.
func (c *userResetCmd) Run(e env) error {
	d, end, err := e.open(c.Storage)
	if err != nil {
		return err
	}
	defer end()
	secret, err := account.New(d).ResetByOperator(e.ctx, c.Email)
	if err != nil {
		return err
	}
	link, err := c.link(e.ctx, "/clave/"+secret)
	if err != nil {
		return err
	}
	e.say("cli.reset", i18n.Args{"Link": link})
	return nil
}

type userOutCmd struct {
	Email string `arg:"" help:"cli.user_email"`
	Whose
}

// Run satisfies kong.
func (c *userOutCmd) Run(e env) error {
	return c.in(e, func(o office) error {
		p, err := o.find(c.Email)
		if err != nil {
			return err
		}
		if err := account.New(o.db).EndSessionsOf(o.ctx, o.by, p.ID); err != nil {
			return err
		}
		o.say("cli.signed_out", i18n.Args{"Name": p.Name})
		return nil
	})
}
