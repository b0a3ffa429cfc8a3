/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.autoconfigure.slices;

import io.oversync.internal.web.SyncHandlerMapping;
import io.oversync.service.SyncService;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.webmvc.test.autoconfigure.WebMvcTest;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Import;
import org.springframework.test.web.servlet.assertj.MockMvcTester;

import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.security.test.web.servlet.request.SecurityMockMvcRequestPostProcessors.user;

/** The web half of an application, without its database. */
@WebMvcTest(properties = "oversync.registered-tables=business.users")
@Import(SliceApplication.NoteController.class)
class WebSliceTests {

	@Autowired
	private ApplicationContext context;

	@Autowired
	private MockMvcTester mvc;

	@Test
	void startsWithoutSync() {
		assertThat(this.context.getBeanProvider(SyncService.class)).isEmpty();
		assertThat(this.context.getBeanProvider(SyncHandlerMapping.class)).isEmpty();
		assertThat(this.mvc.get().uri("/notes").with(user("ann"))).hasStatusOk().hasBodyTextEqualTo("none");
	}

}
