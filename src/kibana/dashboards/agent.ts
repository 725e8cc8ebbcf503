// What mitra itself costs, and whether its documents arrive.
import { type Dashboard, hostCount, hosts, lastSeen, type Measure, type TimePanel } from '../panel.ts'

const host = 'event.dataset:mitra.host'

const byHost = (title: string, measure: Measure): TimePanel => ({
  kind: 'time',
  title,
  view: 'history',
  query: host,
  shape: 'line',
  split: hosts(10),
  measures: [measure],
})

const most = (field: string, label: string): Measure => ({ of: 'max', field, label })

export const agent: Dashboard = {
  name: 'agent',
  title: 'Agent',
  summary: 'Time of cycles, cost, and what waits in outboxes, was dropped or rejected.',
  from: 'now-24h',
  rows: [
    {
      height: 6,
      panels: [
        {
          kind: 'number',
          title: 'Longest cycle now',
          view: 'latest',
          query: host,
          measure: most('agent.cycle_ms', 'On the slowest host'),
        },
        {
          kind: 'number',
          title: 'Outbox older than 10 minutes',
          view: 'latest',
          query: 'agent.outbox.age_s:>600',
          measure: hostCount,
        },
        {
          kind: 'number',
          title: 'Have dropped documents',
          view: 'latest',
          query: 'agent.outbox.dropped_total:>0',
          measure: hostCount,
        },
        {
          kind: 'number',
          title: 'Had documents rejected',
          view: 'latest',
          query: 'agent.outbox.rejected_total:>0',
          measure: hostCount,
        },
      ],
    },
    {
      height: 12,
      panels: [
        byHost('Time of a cycle', most('agent.cycle_ms', 'Cycle')),
        byHost('Processor time of a cycle', most('agent.cpu_ms', 'Processor')),
      ],
    },
    {
      height: 12,
      panels: [
        byHost('Resident memory', most('agent.rss_bytes', 'Memory')),
        byHost('Documents made', { of: 'rate', field: 'agent.documents_total', label: 'Documents' }),
      ],
    },
    {
      height: 12,
      panels: [
        byHost('Documents in the outbox', most('agent.outbox.documents', 'Waiting')),
        byHost('Age of the oldest in the outbox', most('agent.outbox.age_s', 'Age')),
      ],
    },
    {
      height: 12,
      panels: [
        byHost('Documents dropped by a full outbox', most('agent.outbox.dropped_total', 'Dropped')),
        byHost('Failures', { of: 'rate', field: 'agent.errors_total', label: 'Failures' }),
      ],
    },
    {
      height: 14,
      panels: [
        {
          kind: 'bars',
          title: 'Versions',
          view: 'latest',
          query: host,
          by: { field: 'agent.version', label: 'Version', most: 10 },
          measure: hostCount,
        },
        {
          kind: 'table',
          title: 'Agents',
          view: 'latest',
          query: host,
          rows: [hosts()],
          measures: [
            most('agent.outbox.documents', 'Waiting'),
            most('agent.outbox.age_s', 'Oldest'),
            most('agent.outbox.dropped_total', 'Dropped'),
            most('agent.outbox.rejected_total', 'Rejected'),
            most('agent.errors_total', 'Failures'),
            most('agent.cycle_ms', 'Cycle'),
            most('agent.rss_bytes', 'Memory'),
            lastSeen,
          ],
        },
      ],
      widths: [14, 34],
    },
  ],
}
