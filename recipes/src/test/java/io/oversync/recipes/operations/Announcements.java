/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.recipes.operations;

import java.util.UUID;

import io.oversync.service.ServerWrites;

import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Sends news to all users. */
@Component
class Announcements {

	private final UserDirectory users;

	private final ServerWrites serverWrites;

	Announcements(UserDirectory users, ServerWrites serverWrites) {
		this.users = users;
		this.serverWrites = serverWrites;
	}

	@Scheduled(cron = "0 0 6 * * *")
	@Transactional
	public void announce() {
		for (String user : this.users.findIdsInOrder()) {
			this.serverWrites.upsert(user, "business.news", UUID.randomUUID(), "{\"text\":\"Good morning\"}");
		}
	}

}
