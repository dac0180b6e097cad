package cli

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"

	"golang.org/x/text/language"

	"github.com/eslabon/eslabon/internal/account"
	"github.com/eslabon/eslabon/internal/calendar"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/setting"
	"github.com/eslabon/eslabon/internal/setup"
)

type initCmd struct {
	Name     string `help:"cli.init_name" placeholder:"NAME"`
	Country  string `help:"cli.init_country" placeholder:"MX|ES|CO|…"`
	Zone     string `help:"cli.init_zone" placeholder:"ZONE"`
	Trade    string `help:"cli.init_trade" placeholder:"taller|hotel|servicios"`
	Owner    string `help:"cli.init_owner" placeholder:"NAME"`
	Email    string `help:"cli.init_email" placeholder:"EMAIL"`
	Password string `help:"cli.init_password" env:"ESLABON_PASSWORD" placeholder:"PASSWORD"`
	Storage
}

// founding names the fields of a founding as the terminal does.
var founding = map[string]string{
	"company": "--name", "lang": "--lang", "country": "--country", "zone": "--zone", "trade": "--trade",
	"name": "--owner", "email": "--email", "password": "--password",
}

// Run satisfies kong.
func (c *initCmd) Run(e env) error {
	if c.Country == "" {
		c.Country = country()
	}
	if c.Zone == "" {
		c.Zone = zone(c.Country)
	}
	if c.Password == "" {
		var err error
		if c.Password, err = e.askPassword(); err != nil {
			return err
		}
	}
	d, end, err := e.begin(c.Storage)
	if err != nil {
		return err
	}
	defer end()
	r, err := setup.Found(e.ctx, d, account.New(d), setup.Founding{
		Company: c.Name, Lang: i18n.Lang(e.ctx), Country: c.Country, Zone: c.Zone, Trade: c.Trade,
		Name: c.Owner, Email: c.Email, Password: c.Password,
	})
	if err != nil {
		return named{err, founding}
	}
	made, err := setting.Get(e.ctx, d, r.Company)
	if err != nil {
		return err
	}
	e.say("cli.founded", i18n.Args{"Company": made.Name, "Number": int64(r.Company), "Country": made.Country, "Zone": made.Zone})
	return nil
}

// country guesses the country from the locale of the system.
func country() string {
	const usual = "MX"
	t, err := language.Parse(locale())
	if err != nil {
		return usual
	}
	if region, sure := t.Region(); sure == language.Exact && region.IsCountry() {
		return region.String()
	}
	return usual
}

// zone returns where most of a country lives, or nothing.
func zone(country string) string {
	for _, c := range calendar.Countries() {
		if strings.EqualFold(c.Code, strings.TrimSpace(country)) {
			return c.Zones[0]
		}
	}
	return ""
}

// askPassword reads one line from the standard input, which a terminal does
// not show. Nothing to read is no password.
func (e env) askPassword() (string, error) {
	fmt.Fprint(e.errOut, i18n.T(e.ctx, "cli.ask_password")+" ")
	defer fmt.Fprintln(e.errOut)
	if f, ok := e.in.(*os.File); ok && terminal(f) {
		defer echo(f, true)
		echo(f, false)
	}
	type answer struct {
		line string
		err  error
	}
	said := make(chan answer, 1)
	go func() { // who presses Ctrl+C does not wait for it: the process ends
		line, err := bufio.NewReader(e.in).ReadString('\n')
		said <- answer{line, err}
	}()
	select {
	case <-e.ctx.Done():
		return "", e.ctx.Err()
	case a := <-said:
		if a.err != nil && !errors.Is(a.err, io.EOF) {
			return "", a.err
		}
		return strings.TrimRight(a.line, "\r\n"), nil
	}
}

func terminal(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// echo makes a terminal show what is typed, or not. Where that cannot be had,
// the password is seen by who types it.
func echo(f *os.File, on bool) {
	arg := "-echo"
	if on {
		arg = "echo"
	}
	cmd := exec.Command("stty", arg) //nolint:noctx // it must give the terminal back even when stopped
	cmd.Stdin = f
	_ = cmd.Run() // see above
}
