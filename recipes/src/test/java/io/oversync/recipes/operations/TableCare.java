/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.recipes.operations;

import io.oversync.protocol.TableName;
import io.oversync.service.Rematerialization;
import io.oversync.service.SyncChecks;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.stereotype.Component;

/** What an operator does with tables now and then. */
@Component
class TableCare {

	private static final Logger log = LoggerFactory.getLogger(TableCare.class);

	private final Rematerialization rematerialization;

	private final SyncChecks checks;

	TableCare(Rematerialization rematerialization, SyncChecks checks) {
		this.rematerialization = rematerialization;
		this.checks = checks;
	}

	void writeAgain() {
		rematerialization.rematerialize(new Rematerialization.Request(TableName.parse("business.posts"), null, false));
	}

	SyncChecks.Result compare() {
		SyncChecks.Result result = checks.check(SyncChecks.Request.all(TableName.parse("business.posts")), (row) -> log
			.warn("{} {} {} {} {}", row.userId(), row.table(), row.pk(), row.difference(), row.columns()));
		return result;
	}

}
