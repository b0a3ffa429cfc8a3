/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.device;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Runs tasks at the same time.
 */
public final class Together {

	private Together() {
	}

	/**
	 * Runs tasks at the same time, each in a thread of its own, and waits for all of
	 * them.
	 * @param tasks they begin when all threads have started
	 * @throws RuntimeException the exception of the first task that failed
	 */
	public static void run(List<Runnable> tasks) {
		if (tasks.isEmpty()) {
			return;
		}
		CyclicBarrier start = new CyclicBarrier(tasks.size());
		ExecutorService threads = Executors.newFixedThreadPool(tasks.size());
		try {
			List<Future<Object>> ended = threads.invokeAll(tasks.stream().map((task) -> atOnce(start, task)).toList());
			for (Future<Object> task : ended) {
				task.get();
			}
		}
		catch (ExecutionException ex) {
			if (ex.getCause() instanceof RuntimeException failure) {
				throw failure;
			}
			throw new IllegalStateException(ex.getCause());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted while devices were at work", ex);
		}
		finally {
			threads.shutdownNow();
		}
	}

	private static Callable<Object> atOnce(CyclicBarrier start, Runnable task) {
		return () -> {
			start.await();
			task.run();
			return task;
		};
	}

}
