package link

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/eslabon/eslabon/internal/calendar"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/org"
)

// most is how many services or links of one company we ever read at once.
const most = 5_000

// list reads a JSON list from a TEXT column.
type list[T any] struct{ to *[]T }

// Scan satisfies [database/sql.Scanner].
func (l list[T]) Scan(v any) error {
	s, ok := v.(string)
	if !ok {
		b, isBytes := v.([]byte)
		if !isBytes {
			return fmt.Errorf("link: cannot read %T as a list", v)
		}
		s = string(b)
	}
	return json.Unmarshal([]byte(s), l.to)
}

// secs reads a duration from a BIGINT of seconds.
type secs struct{ to *time.Duration }

// Scan satisfies [database/sql.Scanner].
func (s secs) Scan(v any) error {
	n, ok := v.(int64)
	if !ok {
		return fmt.Errorf("link: cannot read %T as seconds", v)
	}
	*s.to = time.Duration(n) * time.Second
	return nil
}

// days reads the working days of a promise; if there are any, its time is none.
type days struct {
	to   *int
	time *time.Duration // read before
}

// Scan satisfies [database/sql.Scanner].
func (d days) Scan(v any) error {
	n, ok := v.(int64)
	if !ok {
		return fmt.Errorf("link: cannot read %T as days", v)
	}
	if *d.to = int(n); n > 0 {
		*d.time = 0
	}
	return nil
}

// inSecs is what a promise has as seconds: its own or, of working days, usual
// ones, because none is zero.
func inSecs(s calendar.Span) int64 {
	const usualDay = 8 * time.Hour
	if s.Days > 0 {
		return int64(time.Duration(s.Days) * usualDay / time.Second)
	}
	return int64(s.Work / time.Second)
}

// stored are the four columns of a promise: its seconds, then its days.
func (t Terms) stored() []any {
	take, deliver := t.Spans()
	return []any{inSecs(take), inSecs(deliver), take.Days, deliver.Days}
}

const offerColumns = `o.id, o.node, o.kind, o.name, o.detail, o.unit, o.form, o.requirements, o.reasons,
	o.take_secs, o.deliver_secs, o.take_days, o.deliver_days, o.target, o.version, o.offered_at, o.archived_at`

func (o *Offer) dest() []any {
	return []any{
		&o.ID, &o.Node, &o.Kind, &o.Name, &o.Detail, &o.Unit,
		list[Field]{&o.Form},
		list[Item]{&o.Requirements},
		list[Item]{&o.Reasons},
		secs{&o.Take},
		secs{&o.Deliver},
		days{&o.TakeDays, &o.Take},
		days{&o.DeliverDays, &o.Deliver},
		&o.Target, &o.Version, &o.OfferedAt, &o.ArchivedAt,
	}
}

// GetOffer returns one service.
func GetOffer(ctx context.Context, q db.Querier, c id.Company, s id.Service) (Offer, error) {
	var out Offer
	err := q.Row(ctx, out.dest(), `SELECT `+offerColumns+` FROM service o WHERE o.company = ? AND o.id = ?`, c, s)
	return out, noService(err)
}

// noService says that there is no such service, where that is what went wrong.
func noService(err error) error {
	if errors.Is(err, db.ErrNotFound) {
		return errs.New(errs.NotFound, "link.err.no_service")
	}
	return err
}

// AskOffer asks for the service whose id an expression gives, so that it comes on
// the journey of a statement that another package makes.
func AskOffer(ctx context.Context, tx *db.Tx, expr string, args ...any) (*db.Answer[Offer], error) {
	return db.Soon(ctx, tx, (*Offer).dest, `
		SELECT `+offerColumns+` FROM service o WHERE o.company = ? AND o.id = (`+expr+`)`, append([]any{tx.Company}, args...)...)
}

// AskAgreement asks for a version of an agreement; there is none for the default.
func AskAgreement(ctx context.Context, tx *db.Tx, g id.Agreement) (*db.Answer[Agreement], error) {
	return db.Soon(ctx, tx, (*Agreement).dest, `SELECT `+agreementColumns+` FROM agreement WHERE company = ? AND id = ?`, tx.Company, g)
}

// Related is how the two ends of a link stand to each other, while it is asked
// for.
type Related struct {
	link  *db.Answer[Link]
	above *db.Answer[org.Node]
}

// AskRelation asks for the relation of a link between two nodes.
func AskRelation(ctx context.Context, tx *db.Tx, l id.Link, supplier, customer id.Node) (out Related, err error) {
	if out.link, err = db.Soon(ctx, tx, (*Link).dest, `SELECT `+linkColumns+` FROM link WHERE company = ? AND id = ?`, tx.Company, l); err != nil {
		return out, err
	}
	out.above, err = org.AskAbove(ctx, tx, supplier, customer)
	return out, err
}

// Is returns the relation, or NotFound.
func (r Related) Is(ctx context.Context) (org.Relation, error) {
	l, err := r.link.Row(ctx)
	if err != nil {
		return "", noLink(err)
	}
	l.Overridden = l.Relation != ""
	nodes, err := r.above.Rows(ctx)
	return related(l, org.Grow(nodes)).Relation, err
}

// LoadOffers returns every service of company c, archived ones too.
func LoadOffers(ctx context.Context, q db.Querier, c id.Company) ([]Offer, error) {
	return db.All(ctx, q, (*Offer).dest, `
		SELECT `+offerColumns+` FROM service o WHERE o.company = ? ORDER BY o.folded, o.id LIMIT ?`, c, most)
}

func offersOf(ctx context.Context, q db.Querier, c id.Company, n id.Node) ([]Offer, error) {
	return db.All(ctx, q, (*Offer).dest, `
		SELECT `+offerColumns+` FROM service o WHERE o.company = ? AND o.node = ? ORDER BY o.folded, o.id LIMIT ?`, c, n, most)
}

func insertOffer(ctx context.Context, tx *db.Tx, o Offer) error {
	args := []any{
		tx.Company, o.ID, o.Node, o.Kind, o.Name, i18n.Fold(o.Name), o.Detail, o.Unit, toJSON(o.Form),
		toJSON(o.Requirements), toJSON(o.Reasons), o.Target, o.Version, tx.Now,
	}
	_, err := tx.Exec(ctx, `
		INSERT INTO service (company, id, node, kind, name, folded, detail, unit, form, requirements, reasons,
			target, version, offered_at, take_secs, deliver_secs, take_days, deliver_days)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, append(args, o.stored()...)...)
	return err
}

// updateOffer writes o only if nobody changed it since version was.
func updateOffer(ctx context.Context, tx *db.Tx, was int64, o Offer) error {
	args := append(o.stored(),
		o.Kind, o.Name, i18n.Fold(o.Name), o.Detail, o.Unit, toJSON(o.Form), toJSON(o.Requirements),
		toJSON(o.Reasons), o.Target, o.Version, o.ArchivedAt, tx.Company, o.ID, was)
	n, err := tx.Exec(ctx, `
		UPDATE service SET take_secs = ?, deliver_secs = ?, take_days = ?, deliver_days = ?, kind = ?, name = ?,
			folded = ?, detail = ?, unit = ?, form = ?, requirements = ?, reasons = ?, target = ?, version = ?,
			archived_at = ?
		WHERE company = ? AND id = ? AND version = ?`, args...)
	if err == nil && n == 0 {
		return errs.New(errs.Conflict, "err.changed_meanwhile")
	}
	return err
}

const linkColumns = `id, supplier, customer, relation, related_by, related_why, declared_at`

func (l *Link) dest() []any {
	return []any{&l.ID, &l.Supplier, &l.Customer, &l.Relation, &l.RelatedBy, &l.RelatedWhy, &l.DeclaredAt}
}

// Get returns one link, without its relation unless somebody overrode it.
func Get(ctx context.Context, q db.Querier, c id.Company, l id.Link) (Link, error) {
	return one(ctx, q, `SELECT `+linkColumns+` FROM link WHERE company = ? AND id = ?`, c, l)
}

func between(ctx context.Context, q db.Querier, c id.Company, supplier, customer id.Node) (Link, error) {
	return one(ctx, q, `
		SELECT `+linkColumns+` FROM link WHERE company = ? AND supplier = ? AND customer = ?`, c, supplier, customer)
}

func one(ctx context.Context, q db.Querier, text string, args ...any) (Link, error) {
	var out Link
	err := q.Row(ctx, out.dest(), text, args...)
	out.Overridden = out.Relation != ""
	return out, noLink(err)
}

func noLink(err error) error {
	if errors.Is(err, db.ErrNotFound) {
		return errs.New(errs.NotFound, "link.err.not_found")
	}
	return err
}

func all(ctx context.Context, q db.Querier, c id.Company) ([]Link, error) {
	return db.All(ctx, q, (*Link).dest, `
		SELECT `+linkColumns+` FROM link WHERE company = ? ORDER BY id LIMIT ?`, c, most)
}

// insert draws a link unless it is there, and says whether it drew it.
func insert(ctx context.Context, tx *db.Tx, l Link) (bool, error) {
	n, err := tx.Exec(ctx, `
		INSERT INTO link (company, id, supplier, customer, relation, related_by, related_why, declared_at)
		VALUES (?, ?, ?, ?, '', '', '', ?)
		ON CONFLICT (company, supplier, customer) DO NOTHING`,
		tx.Company, l.ID, l.Supplier, l.Customer, tx.Now)
	return n > 0, err
}

func updateRelation(ctx context.Context, tx *db.Tx, l id.Link, r org.Relation, by id.Person, why string) error {
	_, err := tx.Exec(ctx, `
		UPDATE link SET relation = ?, related_by = ?, related_why = ? WHERE company = ? AND id = ?`,
		r, by, why, tx.Company, l)
	return err
}

const agreementColumns = `id, link, service, version, state, take_secs, deliver_secs, take_days, deliver_days, target,
	accept_days, requirements, note, review_on, side, proposed_by, proposed_at, decided_by, decided_at`

func (g *Agreement) dest() []any {
	return []any{
		&g.ID, &g.Link, &g.Service, &g.Version, &g.State,
		secs{&g.Take},
		secs{&g.Deliver},
		days{&g.TakeDays, &g.Take},
		days{&g.DeliverDays, &g.Deliver},
		&g.Target, &g.AcceptDays,
		list[Item]{&g.Requirements},
		&g.Note, &g.ReviewOn, &g.Side, &g.ProposedBy, &g.ProposedAt, &g.DecidedBy, &g.DecidedAt,
	}
}

func getAgreement(ctx context.Context, q db.Querier, c id.Company, g id.Agreement) (Agreement, error) {
	var out Agreement
	err := q.Row(ctx, out.dest(), `SELECT `+agreementColumns+` FROM agreement WHERE company = ? AND id = ?`, c, g)
	if errors.Is(err, db.ErrNotFound) {
		return Agreement{}, errs.New(errs.NotFound, "link.err.no_agreement")
	}
	return out, err
}

// agreementsOf lists the versions of a link, newest first.
func agreementsOf(ctx context.Context, q db.Querier, c id.Company, l id.Link) ([]Agreement, error) {
	return db.All(ctx, q, (*Agreement).dest, `
		SELECT `+agreementColumns+` FROM agreement WHERE company = ? AND link = ?
		ORDER BY service, version DESC LIMIT 200`, c, l)
}

func inForce(ctx context.Context, q db.Querier, c id.Company, l id.Link, s id.Service) (Agreement, error) {
	var out Agreement
	err := q.Row(ctx, out.dest(), `
		SELECT `+agreementColumns+` FROM agreement
		WHERE company = ? AND link = ? AND service = ? AND state = 'accepted'`, c, l, s)
	return out, err
}

// Between returns a service as one customer has it now, or NotFound if there is
// no such service.
func Between(ctx context.Context, q db.Querier, c id.Company, s id.Service, customer id.Node) (Bound, error) {
	var out Bound
	p := &out.Promise
	dest := append(
		out.Offer.dest(), &out.Link, &p.Agreement,
		secs{&p.Terms.Take},
		secs{&p.Terms.Deliver},
		days{&p.Terms.TakeDays, &p.Terms.Take},
		days{&p.Terms.DeliverDays, &p.Terms.Deliver},
		&p.Terms.Target, &p.AcceptDays,
		list[Item]{&p.Requirements},
	)
	err := q.Row(ctx, dest, `
		SELECT `+offerColumns+`, COALESCE(k.id, ''), COALESCE(g.id, ''), COALESCE(g.take_secs, 0), COALESCE(g.deliver_secs, 0),
			COALESCE(g.take_days, 0), COALESCE(g.deliver_days, 0), COALESCE(g.target, 0), COALESCE(g.accept_days, 0),
			COALESCE(g.requirements, '[]')
		FROM service o
		LEFT JOIN link k ON k.company = o.company AND k.supplier = o.node AND k.customer = ?
		LEFT JOIN agreement g ON g.company = k.company AND g.link = k.id AND g.service = o.id AND g.state = 'accepted'
		WHERE o.company = ? AND o.id = ?`, customer, c, s)
	if p.Requirements = Current(p.Requirements); p.Agreement == "" {
		*p = out.promise()
	}
	return out, noService(err)
}

func lastVersion(ctx context.Context, q db.Querier, c id.Company, l id.Link, s id.Service) (n int, err error) {
	err = q.Row(ctx, []any{&n}, `
		SELECT COALESCE(MAX(version), 0) FROM agreement WHERE company = ? AND link = ? AND service = ?`, c, l, s)
	return n, err
}

func insertAgreement(ctx context.Context, tx *db.Tx, g Agreement) error {
	args := []any{
		tx.Company, g.ID, g.Link, g.Service, g.Version, g.State, g.Target, g.AcceptDays, toJSON(g.Requirements), g.Note, g.ReviewOn,
		g.Side, g.ProposedBy, g.ProposedAt,
	}
	_, err := tx.Exec(ctx, `
		INSERT INTO agreement (company, id, link, service, version, state, target, accept_days, requirements, note, review_on,
			side, proposed_by, proposed_at, take_secs, deliver_secs, take_days, deliver_days, decided_by)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '')`, append(args, g.stored()...)...)
	if errors.Is(err, db.ErrExists) {
		return errs.New(errs.Conflict, "link.err.already_proposed")
	}
	return err
}

// replace ends what is in force, and keeps who accepted it and when.
func replace(ctx context.Context, tx *db.Tx, g id.Agreement) error {
	_, err := tx.Exec(ctx, `
		UPDATE agreement SET state = 'replaced' WHERE company = ? AND id = ? AND state = 'accepted'`, tx.Company, g)
	return err
}

// decide moves an agreement on, only if it is still where it was.
func decide(ctx context.Context, tx *db.Tx, g id.Agreement, was, to AgreementState, by id.Person) error {
	n, err := tx.Exec(ctx, `
		UPDATE agreement SET state = ?, decided_by = ?, decided_at = ? WHERE company = ? AND id = ? AND state = ?`,
		to, by, tx.Now, tx.Company, g, was)
	if err == nil && n == 0 {
		return errs.New(errs.Conflict, "link.err.already_decided")
	}
	return err
}

// Named is a service by its name alone, for lists to choose from.
type Named struct {
	ID   id.Service
	Node id.Node
	Name string
}

func (n *Named) dest() []any { return []any{&n.ID, &n.Node, &n.Name} }

// LoadNames returns the services of company c by their names alone.
func LoadNames(ctx context.Context, q db.Querier, c id.Company) ([]Named, error) {
	return db.All(ctx, q, (*Named).dest, `SELECT id, node, name FROM service WHERE company = ? ORDER BY folded, id LIMIT ?`, c, most)
}

// names returns the names of the services of nodes, or of all without nodes.
func names(ctx context.Context, q db.Querier, c id.Company, nodes []id.Node) ([]Named, error) {
	if len(nodes) == 0 {
		return LoadNames(ctx, q, c)
	}
	args := append([]any{c}, db.Args(nodes)...)
	return db.All(ctx, q, (*Named).dest, `
		SELECT id, node, name FROM service WHERE company = ? AND node IN `+db.Marks(len(nodes))+`
		ORDER BY folded, id LIMIT ?`, append(args, most)...)
}
