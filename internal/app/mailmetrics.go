package app

import (
	"context"
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/eslabon/eslabon/internal/notify"
)

// mailMetrics tells how the mails fare, when somebody asks: what this process
// has sent, and what the letters of all companies say.
type mailMetrics struct{ a *App }

func mailDesc(name, help string) *prometheus.Desc {
	return prometheus.NewDesc("eslabon_mail_"+name, help, nil, nil)
}

var (
	mailSent     = mailDesc("sent_total", "Mails that this process has sent.")
	mailFailed   = mailDesc("failed_total", "Tries of this process to send a mail that failed.")
	mailLastSent = mailDesc("last_sent_timestamp_seconds", "When the last mail left, in seconds since 1970; 0 if none has.")
	mailWaiting  = mailDesc("waiting_notices", "Notices that wait to be mailed.")
	mailLeaving  = mailDesc("leaving_letters", "Letters of notices that were claimed and have not left.")
	mailLost     = mailDesc("failed_letters", "Letters of notices that will not leave any more.")
	mailUnsure   = mailDesc("unsure_letters", "Letters of notices of which nobody knows whether they left.")
)

// Describe satisfies [prometheus.Collector].
func (mailMetrics) Describe(out chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{mailSent, mailFailed, mailLastSent, mailWaiting, mailLeaving, mailLost, mailUnsure} {
		out <- d
	}
}

// Collect satisfies [prometheus.Collector].
func (m mailMetrics) Collect(out chan<- prometheus.Metric) {
	const patience = 5 * time.Second
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	done := m.a.mailer.Tally()
	all, err := notify.TotalsOf(ctx, m.a.db)
	if err != nil {
		slog.ErrorContext(ctx, "mails could not be counted", "err", err)
	}
	last := all.LastSent.Time
	if done.LastSent.After(last) {
		last = done.LastSent
	}
	seconds := 0.0
	if !last.IsZero() {
		seconds = float64(last.Unix())
	}
	say := func(d *prometheus.Desc, kind prometheus.ValueType, v float64) {
		out <- prometheus.MustNewConstMetric(d, kind, v)
	}
	say(mailSent, prometheus.CounterValue, float64(done.Sent))
	say(mailFailed, prometheus.CounterValue, float64(done.Failed))
	say(mailLastSent, prometheus.GaugeValue, seconds)
	say(mailWaiting, prometheus.GaugeValue, float64(all.Waiting))
	say(mailLeaving, prometheus.GaugeValue, float64(all.OnTheWay))
	say(mailLost, prometheus.GaugeValue, float64(all.Failed))
	say(mailUnsure, prometheus.GaugeValue, float64(all.Unsure))
}
