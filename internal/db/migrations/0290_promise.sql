-- +goose Up

-- counts_as says in which figure of the promises a closed leg counts: 'own'
-- (what was asked), 'passed' (redirected), 'rework', 'auto' (nobody answered),
-- 'dropped' (declined or cancelled), or '' for none: nothing was promised, or
-- only when it was brought in from elsewhere. took_us is the working time until
-- somebody took it, -1 where nobody did or nobody knows.
ALTER TABLE handoff_leg ADD COLUMN customer TEXT NOT NULL DEFAULT '';
ALTER TABLE handoff_leg ADD COLUMN counts_as TEXT NOT NULL DEFAULT '';
ALTER TABLE handoff_leg ADD COLUMN took_us BIGINT NOT NULL DEFAULT -1;

UPDATE handoff_leg SET customer = COALESCE((SELECT h.customer FROM handoff h
	WHERE h.company = handoff_leg.company AND h.id = handoff_leg.handoff), '');
UPDATE handoff_leg SET counts_as = CASE
		WHEN ended = 'ended' THEN 'dropped'
		WHEN ended = 'redirected' THEN 'passed'
		WHEN ended = 'accepted' AND EXISTS (SELECT 1 FROM handoff h
			WHERE h.company = handoff_leg.company AND h.id = handoff_leg.handoff AND h.auto = TRUE) THEN 'auto'
		WHEN rework = TRUE THEN 'rework'
		ELSE 'own' END
	WHERE ended <> '' AND (result <> '' OR ended = 'ended' AND due_at IS NOT NULL)
		AND NOT EXISTS (SELECT 1 FROM handoff h WHERE h.company = handoff_leg.company AND h.id = handoff_leg.handoff
			AND (h.imported = TRUE OR h.kind = 'push' AND handoff_leg.rework = FALSE));

CREATE INDEX handoff_leg_supplier ON handoff_leg
	(company, supplier, closed_at, customer, counts_as, take_result, result, took_us, used_us) WHERE closed_at IS NOT NULL;
CREATE INDEX handoff_leg_closed ON handoff_leg
	(company, closed_at, supplier, counts_as, take_result, result, took_us, used_us) WHERE closed_at IS NOT NULL;
