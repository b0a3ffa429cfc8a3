/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.verification.chaos;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicLong;

import io.oversync.internal.service.SyncEngine;
import io.oversync.internal.watch.Watcher;
import io.oversync.service.SyncService;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Tells a device that watches only of every other move of the head.
 */
final class MissedHeads implements Planting {

	@Override
	public SyncService service(SyncService real, JdbcTemplate database) {
		return (SyncService) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] { SyncEngine.class },
				(proxy, method, arguments) -> {
					if (method.getName().equals("watch")) {
						arguments[arguments.length - 1] = forgetful((Watcher) arguments[arguments.length - 1]);
					}
					try {
						return method.invoke(real, arguments);
					}
					catch (InvocationTargetException ex) {
						throw ex.getCause();
					}
				});
	}

	private static Watcher forgetful(Watcher watcher) {
		AtomicLong heads = new AtomicLong();
		return new Watcher() {

			@Override
			public void head(long head) {
				if (heads.getAndIncrement() % 2 == 0) {
					watcher.head(head);
				}
			}

			@Override
			public void revoked() {
				watcher.revoked();
			}

		};
	}

}
