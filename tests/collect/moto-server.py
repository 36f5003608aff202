"""moto's server, with one function of its CloudWatch replaced: for every period of every query moto looks through all data of the
region, which for a hundred machines takes hours. Here the data are looked up by metric; what is computed of them is moto's.
Series come in as JSON lines on standard input, each answered by a line: PutMetricData takes a minute for what this takes a second."""

import json
import sys
import threading
from datetime import datetime, timedelta, timezone

from moto.cloudwatch import models
from moto.server import main


def key_of(namespace, name, dimensions):
    return (namespace, name, tuple(sorted(dimensions)))


def data_by_key(backend):
    """All data by metric and second; kept until there are more."""
    known = getattr(backend, "apex_index", None)
    if known is None or known[0] != len(backend.metric_data):
        index = {}
        for datum in backend.metric_data:
            key = key_of(datum.namespace, datum.name, [(d.name, d.value) for d in datum.dimensions])
            index.setdefault(key, {}).setdefault(datum.timestamp.replace(tzinfo=None), []).append(datum)
        known = (len(backend.metric_data), index)
        backend.apex_index = known
    return known[1]


def get_metric_data(self, queries, start_time, end_time, scan_by="TimestampAscending"):
    index = data_by_key(self)
    start = start_time.replace(microsecond=0, tzinfo=None)
    end = end_time.replace(microsecond=0, tzinfo=None)
    results = []
    for query in queries:
        stat = query["MetricStat"]
        metric = stat["Metric"]
        dimensions = [(d["Name"], d["Value"]) for d in metric.get("Dimensions", [])]
        points = index.get(key_of(metric["Namespace"], metric["MetricName"], dimensions), {})
        period = int(stat["Period"])
        periods = {}
        for at, data in points.items():
            if start <= at < end:
                offset = int((at - start).total_seconds()) // period
                periods.setdefault(offset, []).extend(data)
        timestamps, values = [], []
        for offset in sorted(periods, reverse=scan_by == "TimestampDescending"):
            at = start + timedelta(seconds=offset * period)
            statistics = models.Statistics([stat["Stat"]], at)
            statistics.metric_data = periods[offset]
            timestamps.append(at)
            values.append(statistics.get_statistics_for_type(stat["Stat"]))
        label = query.get("Label") or f"{metric['MetricName']} {stat['Stat']}"
        results.append(
            {"id": query["Id"], "label": label, "values": values, "timestamps": timestamps, "status_code": "Complete"}
        )
    return results


def take_series():
    for line in sys.stdin:
        one = json.loads(line)
        backend = models.cloudwatch_backends[one.get("account", "123456789012")][one["region"]]
        start = datetime.fromtimestamp(one["start"], timezone.utc).replace(tzinfo=None)
        for position, value in enumerate(one["values"]):
            at = start + timedelta(seconds=300 * position)
            datum = models.MetricDatum(one["namespace"], one["metric"], value, one["dimensions"], at, None)
            backend.metric_data.append(datum)
        print("taken", flush=True)


models.CloudWatchBackend.get_metric_data = get_metric_data
threading.Thread(target=take_series, daemon=True).start()
main(["-H", "127.0.0.1", "-p", sys.argv[1]])
