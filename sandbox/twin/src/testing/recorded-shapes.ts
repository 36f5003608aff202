/**
 * CPU utilisation of real machines over time, for holding the twin to. Each shape is 24 means of consecutive recorded
 * samples of 5 minutes, in percent of the machine; the samples themselves are not here.
 *
 * - NAB: Numenta Anomaly Benchmark, realAWSCloudWatch, MIT licence (github.com/numenta/NAB).
 * - Bitbrains: fastStorage, GWA-T-12; Shen, van Beek, Iosup, "Statistical characterization of business-critical workloads
 *   hosted in cloud datacenters", CCGrid 2015.
 * - PlanetLab: CoMon project, Park and Pai; published with Beloglazov and Buyya, 2012.
 */
export interface RecordedShape {
  readonly name: string;
  readonly origin: string;
  readonly cpuPercent: readonly number[];
}

export const RECORDED_SHAPES: readonly RecordedShape[] = [
  {
    name: "steady",
    origin: "NAB ec2_cpu_utilization_5f5533, hours of the second day",
    cpuPercent: [
      46.2, 46.9, 46.4, 46.2, 46.1, 46.8, 46.4, 46.7, 45.9, 47, 46.8, 47.2, 46.1, 47.7, 46.4, 46.6, 46.4,
      46.1, 46.1, 46.5, 46.1, 46, 45.9, 46.3,
    ],
  },
  {
    name: "daily rhythm",
    origin: "Bitbrains VM 997, hours of the third day",
    cpuPercent: [
      73, 70.9, 70.6, 56.7, 56.8, 56.4, 60.7, 49.9, 50.5, 42.8, 51.2, 47, 52.3, 44.9, 49.1, 51, 54.6, 58.7,
      56.7, 32.9, 47.6, 54.7, 57.9, 58.4,
    ],
  },
  {
    name: "nightly batch",
    origin: "Bitbrains VM 677, hours of the tenth day",
    cpuPercent: [
      4.2, 0.7, 0.5, 0.5, 0.5, 0.5, 0.5, 1.4, 2.2, 5.5, 41.2, 47.7, 47.2, 41.7, 2.1, 1.7, 2.2, 1.8, 1.7, 1.9,
      2.8, 2.5, 2.2, 18.7,
    ],
  },
  {
    name: "on and off",
    origin: "Bitbrains VM 626, hours of the ninth day",
    cpuPercent: [
      59.8, 35.6, 44.6, 53.4, 28.1, 41, 53.9, 50.7, 52.1, 9.4, 0.2, 0.2, 0.2, 0.2, 0.2, 4.6, 68.7, 58.6, 21.9,
      0.2, 0.2, 0.3, 0.3, 79.7,
    ],
  },
  {
    name: "bursts",
    origin: "PlanetLab planetlab2_bgu_ac_il, 3 March 2011, steps of ten minutes",
    cpuPercent: [2, 0, 6, 46, 31, 3, 7, 0, 36.5, 6, 4, 3, 5, 32.5, 3, 4, 1, 43, 3, 1, 1, 85.5, 4, 46],
  },
  {
    name: "nearly full",
    origin: "NAB ec2_cpu_utilization_825cc2, hours of the second day",
    cpuPercent: [
      94.3, 93.9, 95.7, 94.5, 95.4, 95.5, 94.2, 93.6, 93.8, 94.2, 93.6, 94.5, 92.7, 90.8, 91.2, 92.1, 89.6,
      91.5, 95.2, 95.3, 94.6, 93.1, 91.2, 91.8,
    ],
  },
];
