// Sends one file as the body of a request, with progress, which fetch does not report.
let request = null;

/** @returns {Promise<string|null>} null when it was imported, or the sentence that says what was wrong. */
export function send(input, address, form) {
    return new Promise(resolve => {
        request = new XMLHttpRequest();
        request.open("POST", address);
        request.setRequestHeader("X-WebStudio", "1");
        request.setRequestHeader("Content-Type", "application/octet-stream");
        let told = 0;
        request.upload.onprogress = event => {
            if (event.timeStamp - told < 250 && event.loaded < event.total) return;
            told = event.timeStamp;
            form.invokeMethodAsync("Sent", event.loaded, event.total);
        };
        request.onload = () => {
            input.value = request.status === 200 ? "" : input.value;
            resolve(request.status === 200 ? null : sentence(request));
        };
        request.onerror = () => resolve("The connection broke while the file was sent; nothing was imported. Try again.");
        request.onabort = () => resolve("Cancelled; nothing was imported.");
        request.send(input.files[0]);
    });
}

export function cancel() {
    request?.abort();
}

function sentence(answer) {
    try {
        return JSON.parse(answer.responseText).error;
    } catch {
        return `The server answered ${answer.status}; nothing was imported.`;
    }
}
