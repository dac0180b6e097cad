package link

import (
	"context"
	"io"
	"strings"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/org"
	"github.com/eslabon/eslabon/internal/sheet"
)

// ExportServices writes every service that is offered, so that ImportServices
// makes the same again.
func (s *Service) ExportServices(ctx context.Context, a authz.Actor, to io.Writer, f sheet.Format) error {
	t, err := org.LoadTree(ctx, s.db, a.Company)
	if err != nil {
		return err
	}
	offers, err := LoadOffers(ctx, s.db, a.Company)
	if err != nil {
		return err
	}
	w, err := sheet.NewWriter(to, f, time.UTC, serviceColumns.Head(ctx))
	if err != nil {
		return err
	}
	for _, o := range offers {
		take, deliver := o.Spans()
		if n, _ := t.Node(o.Node); o.Archived() || n.Archived() {
			continue
		}
		if err := w.Row(
			t.Path(o.Node), o.Name, kindWords.Say(ctx, string(o.Kind)), o.Detail, o.Unit,
			sheet.FormatSpan(ctx, take), sheet.FormatSpan(ctx, deliver), o.Target,
			sayItems(o.Requirements), sayItems(o.Reasons), sayForm(ctx, o.Form),
		); err != nil {
			return err
		}
	}
	return w.Close()
}

// sayForm writes what parseForm reads.
func sayForm(ctx context.Context, form []Field) string {
	const signs = ":" + sheet.LineSigns
	out := make([]string, len(form))
	for i, f := range form {
		parts := []string{sheet.Escape(f.Label, signs), fieldWords.Say(ctx, string(f.Type)), sheet.Escape(f.Unit, signs), "", sheet.Escape(f.Help, signs)}
		if f.Type == Choice {
			options := make([]string, len(f.Options))
			for j, o := range f.Options {
				options[j] = sheet.Escape(o, signs+",;")
			}
			parts[2] = strings.Join(options, ",")
		}
		if f.Required {
			parts[3] = requiredWords.Say(ctx, "required")
		}
		for len(parts) > 2 && parts[len(parts)-1] == "" {
			parts = parts[:len(parts)-1]
		}
		out[i] = strings.Join(parts, ":")
	}
	return strings.Join(out, " | ")
}
