#!/usr/bin/env bash
# A fireline batch as a job array of Slurm, a shard a task (docs/cluster.md):
#
#   sbatch --array=1-64 examples/cluster/slurm_array.sh 64 /shared/night scenarios/valley.ron --seeds 0..10000
#   sbatch --dependency=afterany:JOB --wrap 'fireline merge --out /shared/night /shared/night.parts/part-*'
#
# The number of shards is an argument, not the array's size: `sbatch --array=7,12 ... 64 ...` takes two up again.
#SBATCH --job-name=fireline
#SBATCH --cpus-per-task=4
#SBATCH --requeue
set -euo pipefail
shards=${1:?number of shards, output folder and arguments of fireline batch expected}
out=${2:?output folder on a shared file system expected}
task=${SLURM_ARRAY_TASK_ID:?to be started with sbatch --array=1-N}
shift 2
# In place of the shell: Slurm's signals and fireline's exit code go straight through.
exec "${FIRELINE:-fireline}" batch "$@" --out "$out.parts/part-$task" --shard "$task/$shards" --resume \
  --jobs "${SLURM_CPUS_PER_TASK:-1}"
