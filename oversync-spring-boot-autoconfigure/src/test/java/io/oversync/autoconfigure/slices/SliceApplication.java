/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.autoconfigure.slices;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** An application with the starter, of which tests start a part. */
@SpringBootConfiguration
@EnableAutoConfiguration
class SliceApplication {

	@RestController
	static class NoteController {

		@GetMapping("/notes")
		String notes() {
			return "none";
		}

	}

}
