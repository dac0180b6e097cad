package cli

import (
	"bufio"
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
	"github.com/eslabon/eslabon/internal/setup"
)

type initCmd struct {
	Storage
	Name     string `help:"${cli_init_name}" required:""`
	Lang     string `help:"${cli_lang}" enum:"es,en" default:"es"`
	Country  string `help:"${cli_init_country}" default:"MX"`
	Zone     string `help:"${cli_init_zone}" default:"America/Mexico_City"`
	Trade    string `help:"${cli_init_trade}"`
	Owner    string `help:"${cli_init_owner}" required:""`
	Email    string `help:"${cli_init_email}" required:""`
	Password string `help:"${cli_init_password}" env:"ESLABON_PASSWORD"`
}

// Run satisfies kong.
func (c *initCmd) Run(e env) error {
	d, done, err := e.open(c.Storage)
	if err != nil {
		return err
	}
	defer done()
	if c.Password == "" {
		if c.Password, err = e.ask("cli.ask_password"); err != nil {
			return err
		}
	}
	r, err := setup.Found(e.ctx, d, account.New(d), setup.Founding{
		Company: c.Name, Lang: c.Lang, Country: c.Country, Zone: c.Zone, Trade: c.Trade,
		Name: c.Owner, Email: c.Email, Password: c.Password,
	})
	if err != nil {
		return err
	}
	e.say("cli.founded", i18n.Args{"Company": c.Name, "Number": int64(r.Company)})
	return nil
}

// ask reads one line from the standard input.
func (e env) ask(key string) (string, error) {
	fmt.Fprint(e.out, i18n.T(e.ctx, key)+" ")
	line, err := bufio.NewReader(e.in).ReadString('\n')
	if err != nil && line == "" {
		return "", err
	}
	return strings.TrimRight(line, "\r\n"), nil
}

// Whose picks a company where there are several.
type Whose struct {
	Storage
	Company int64 `help:"${cli_company}" env:"ESLABON_COMPANY"`
}

// company returns the one company that the flags mean.
func (w Whose) company(ctx context.Context, d *db.DB) (id.Company, error) {
	all, err := setting.All(ctx, d)
	if err != nil {
		return 0, err
	}
	for _, c := range all {
		if int64(c.ID) == w.Company || w.Company == 0 && len(all) == 1 {
			return c.ID, nil
		}
	}
	if w.Company == 0 && len(all) > 1 {
		return 0, errs.New(errs.Invalid, "cli.err_which_company")
	}
	return 0, errs.New(errs.NotFound, "setting.err.not_found")
}

// operator acts with the right of an owner: who can read the data file can do
// anything with it. What it does is on record under the name of that owner.
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

func findPerson(ctx context.Context, d *db.DB, c id.Company, email string) (org.Person, error) {
	people, err := org.LoadPeople(ctx, d, c)
	if err != nil {
		return org.Person{}, err
	}
	for _, p := range people {
		if p.Email == org.CleanEmail(email) && p.Email != "" {
			return p, nil
		}
	}
	return org.Person{}, errs.New(errs.NotFound, "org.err.no_person")
}

type userCmd struct {
	List   userListCmd   `cmd:"" help:"${cli_user_list}"`
	Add    userAddCmd    `cmd:"" help:"${cli_user_add}"`
	Invite userInviteCmd `cmd:"" help:"${cli_user_invite}"`
	Reset  userResetCmd  `cmd:"" help:"${cli_user_reset}"`
	Out    userOutCmd    `cmd:"" help:"${cli_user_out}"`
}

type userListCmd struct{ Whose }

// Run satisfies kong.
func (c *userListCmd) Run(e env) error {
	d, done, err := e.open(c.Storage)
	if err != nil {
		return err
	}
	defer done()
	company, err := c.company(e.ctx, d)
	if err != nil {
		return err
	}
	people, err := org.LoadPeople(e.ctx, d, company)
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(e.out, 0, 0, 2, ' ', 0)
	for _, p := range people {
		mark := ""
		if p.Owner {
			mark = i18n.T(e.ctx, "cli.owner")
		}
		if !p.Active {
			mark = i18n.T(e.ctx, "cli.left")
		}
		fmt.Fprintf(w, "%s\t%s\t%s\n", p.Name, p.Email, mark)
	}
	return w.Flush()
}

type userAddCmd struct {
	Whose
	Name  string `arg:"" help:"${cli_user_name}"`
	Email string `arg:"" help:"${cli_user_email}"`
	Owner bool   `help:"${cli_user_owner}"`
	Lang  string `help:"${cli_lang}" enum:"es,en" default:"es"`
}

// Run satisfies kong.
func (c *userAddCmd) Run(e env) error {
	d, done, err := e.open(c.Storage)
	if err != nil {
		return err
	}
	defer done()
	company, err := c.company(e.ctx, d)
	if err != nil {
		return err
	}
	a, err := operator(e.ctx, d, company)
	if err != nil {
		return err
	}
	p, err := org.New(d).AddPerson(e.ctx, a, org.Person{Name: c.Name, Email: c.Email, Owner: c.Owner, Lang: c.Lang})
	if err != nil {
		return err
	}
	return e.invite(d, a, p)
}

func (e env) invite(d *db.DB, a authz.Actor, p org.Person) error {
	secret, err := account.New(d).Invite(e.ctx, a, p.ID)
	if err != nil {
		return err
	}
	e.say("cli.invited", i18n.Args{"Name": p.Name, "Path": "/invitacion/" + secret})
	return nil
}

type userInviteCmd struct {
	Whose
	Email string `arg:"" help:"${cli_user_email}"`
}

// Run satisfies kong.
func (c *userInviteCmd) Run(e env) error {
	d, done, err := e.open(c.Storage)
	if err != nil {
		return err
	}
	defer done()
	company, err := c.company(e.ctx, d)
	if err != nil {
		return err
	}
	a, err := operator(e.ctx, d, company)
	if err != nil {
		return err
	}
	p, err := findPerson(e.ctx, d, company, c.Email)
	if err != nil {
		return err
	}
	return e.invite(d, a, p)
}

type userResetCmd struct {
	Storage
	Email string `arg:"" help:"${cli_user_email}"`
}

// Run satisfies kong.
func (c *userResetCmd) Run(e env) error {
	d, done, err := e.open(c.Storage)
	if err != nil {
		return err
	}
	defer done()
	secret, err := account.New(d).ResetByOperator(e.ctx, c.Email)
	if err != nil {
		return err
	}
	e.say("cli.reset", i18n.Args{"Path": "/clave/" + secret})
	return nil
}

type userOutCmd struct {
	Whose
	Email string `arg:"" help:"${cli_user_email}"`
}

// Run satisfies kong.
func (c *userOutCmd) Run(e env) error {
	d, done, err := e.open(c.Storage)
	if err != nil {
		return err
	}
	defer done()
	company, err := c.company(e.ctx, d)
	if err != nil {
		return err
	}
	a, err := operator(e.ctx, d, company)
	if err != nil {
		return err
	}
	p, err := findPerson(e.ctx, d, company, c.Email)
	if err != nil {
		return err
	}
	if err := account.New(d).EndSessionsOf(e.ctx, a, p.ID); err != nil {
		return err
	}
	e.say("cli.signed_out", i18n.Args{"Name": p.Name})
	return nil
}

type tokenCmd struct {
	Whose
	Email string `arg:"" help:"${cli_user_email}"`
	Name  string `help:"${cli_token_name}" default:"cli"`
	Read  bool   `help:"${cli_token_read}"`
	Days  int    `help:"${cli_token_days}" default:"90"`
}

// Run satisfies kong. The secret alone goes to the standard output, so that a
// script can keep it.
func (c *tokenCmd) Run(e env) error {
	d, done, err := e.open(c.Storage)
	if err != nil {
		return err
	}
	defer done()
	company, err := c.company(e.ctx, d)
	if err != nil {
		return err
	}
	p, err := findPerson(e.ctx, d, company, c.Email)
	if err != nil {
		return err
	}
	a, err := org.Actor(e.ctx, d, company, p.ID)
	if err != nil {
		return err
	}
	in := account.Issue{Name: c.Name, Days: c.Days}
	if c.Read {
		in.Scope = authz.Read
	}
	_, secret, err := account.New(d).Issue(e.ctx, a, in)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(e.out, secret)
	return err
}
